//! Comments that say what an id stands for.

use crate::ir::Remark;
use crate::source::Span;

/// The comment behind a string that ends in a GUID, on the same line.
pub(in crate::lower) fn remark(text: &str, literal: Span, value: &str) -> Option<Remark> {
    let guid = value.get(value.len().checked_sub(36)?..)?;
    if !guid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        return None;
    }
    let rest = text.get(literal.end as usize..)?.lines().next()?;
    let rest = rest.trim_start_matches([' ', '\t', ',', ']', '}', ')']);
    let comment = rest.strip_prefix("//").or_else(|| rest.strip_prefix('#'))?;
    Some(Remark { literal, text: comment.trim().into() })
}
