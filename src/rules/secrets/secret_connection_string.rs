use crate::azure::credentials::Family;
use crate::rules::Cx;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    super::sighted::report(cx, Family::Connection);
}
