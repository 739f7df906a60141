//! Messages on a stream: a head that says how long they are, and JSON. A client that sends something else is told so.

use std::io::{self, BufRead, Read as _, Write};

use serde_json::{Value, json};

/// The longest message that is read, in bytes: the largest file that is looked at, and room for its escapes.
const LONGEST: u64 = 256 * 1024 * 1024;

/// The longest line of a head, in bytes.
const LONGEST_LINE: u64 = 4096;

/// More lines than this are no head.
const MOST_LINES: usize = 32;

/// What an answer says went wrong, by the numbers of JSON-RPC and of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub(super) enum Code {
    /// This is no JSON.
    ParseError = -32700,
    /// This is no message, or not the time for it.
    InvalidRequest = -32600,
    /// Nobody knows this method.
    MethodNotFound = -32601,
    /// The parameters are not those of the method.
    InvalidParams = -32602,
    /// The server made a mistake.
    InternalError = -32603,
    /// Nothing was agreed yet.
    NotInitialized = -32002,
    /// What it is about changed in between.
    ContentModified = -32801,
    /// The client does not want it any more.
    RequestCancelled = -32800,
    /// It cannot be done, for a reason that is no mistake.
    RequestFailed = -32803,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// What kind of reason.
    pub(super) code: Code,
    /// The reason.
    pub(super) message: String,
}

impl Failure {
    /// A reason of this kind.
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What a client says.
#[derive(Debug)]
pub(super) enum Message {
    /// It wants an answer.
    Request { id: Value, method: String, params: Value },
    /// It wants none.
    Notification { method: String, params: Value },
    /// It answers what it was asked; without a result: nothing that can be used.
    Response { id: Value, result: Option<Value> },
    /// It is not understood, and is told why.
    Bad { id: Value, failure: Failure },
}

/// The next message; none at the end of the stream.
///
/// # Errors
/// If the stream breaks, or a head does not say how long its message is: where the next one begins is not known then.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let Some(length) = head(input)? else { return Ok(None) };
    if length > LONGEST {
        io::copy(&mut input.take(length), &mut io::sink())?;
        let why = format!("a message of {length} bytes is too long");
        return Ok(Some(Message::Bad { id: Value::Null, failure: Failure::new(Code::InvalidRequest, why) }));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) < length {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the stream ended within a message"));
    }
    Ok(Some(message(&bytes)))
}

/// The length that a head gives; none if the stream ends before it.
fn head(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut length = None;
    for number in 0..MOST_LINES {
        let mut line = Vec::new();
        input.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line.is_empty() && number == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Err(invalid("this is no head of a message"));
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            return length.map(Some).ok_or_else(|| invalid("a head without Content-Length"));
        }
        let Some((name, value)) = line.split_once(':') else { return Err(invalid("this is no head of a message")) };
        if name.trim().eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse().map_err(|_| invalid("this Content-Length is no number"))?);
        }
    }
    Err(invalid("a head has more lines than anybody writes"))
}

fn message(bytes: &[u8]) -> Message {
    let bad = |id, code, why: &str| Message::Bad { id, failure: Failure::new(code, why) };
    let mut object = match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return bad(Value::Null, Code::InvalidRequest, "a message is an object"),
        Err(error) => return bad(Value::Null, Code::ParseError, &format!("this is no JSON: {error}")),
    };
    let id = object.remove("id");
    let params = object.remove("params").unwrap_or_default();
    match (id, object.remove("method")) {
        (Some(id @ (Value::Number(_) | Value::String(_))), Some(Value::String(method))) => {
            Message::Request { id, method, params }
        }
        (None, Some(Value::String(method))) => Message::Notification { method, params },
        (Some(id), None) if object.contains_key("result") || object.contains_key("error") => {
            Message::Response { id, result: object.remove("result") }
        }
        (id, _) => {
            let id = id.filter(|id| id.is_number() || id.is_string()).unwrap_or_default();
            bad(id, Code::InvalidRequest, "this is neither a request nor a notification nor an answer")
        }
    }
}

/// Writes a message.
///
/// # Errors
/// If nobody reads it.
pub(super) fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

/// An answer.
pub(super) fn answer(id: &Value, result: Result<Value, Failure>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(failure) => {
            let error = json!({ "code": failure.code as i32, "message": failure.message });
            json!({ "jsonrpc": "2.0", "id": id, "error": error })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<String> {
        let mut input = io::Cursor::new(text.as_bytes().to_vec());
        let mut seen = Vec::new();
        loop {
            match read(&mut input) {
                Ok(None) => return seen,
                Ok(Some(Message::Bad { failure, .. })) => seen.push(format!("{:?}", failure.code)),
                Ok(Some(Message::Request { method, .. } | Message::Notification { method, .. })) => seen.push(method),
                Ok(Some(Message::Response { id, .. })) => seen.push(format!("answer {id}")),
                Err(error) => {
                    seen.push(format!("{:?}", error.kind()));
                    return seen;
                }
            }
        }
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn messages_are_told_apart_and_bad_ones_do_not_end_the_stream() {
        let bodies = [
            (r#"{"id":1,"method":"a"}"#, "a"),
            (r#"{"method":"é"}"#, "é"),
            (r#"{"id":"x","result":null}"#, "answer \"x\""),
            ("{", "ParseError"),
            ("[]", "InvalidRequest"),
            (r#"{"id":{},"method":"a"}"#, "InvalidRequest"),
            (r#"{"id":1,"method":5}"#, "InvalidRequest"),
            ("", "ParseError"),
        ];
        let text: String = bodies.iter().map(|(body, _)| framed(body)).collect();
        assert_eq!(read_all(&text), bodies.map(|(_, expected)| expected));
    }

    #[test]
    fn a_stream_without_heads_ends() {
        assert_eq!(read_all("hello"), ["InvalidData"]);
        assert_eq!(read_all("Content-Length: x\r\n\r\n"), ["InvalidData"]);
        assert_eq!(read_all("Content-Type: a\r\n\r\n{}"), ["InvalidData"]);
        assert_eq!(read_all("Content-Length: 9\r\n\r\n{}"), ["UnexpectedEof"]);
        assert_eq!(read_all("Content-Length: 99999999999\r\n\r\n{}"), ["InvalidRequest"]);
        assert_eq!(read_all(&"A: b\r\n".repeat(40)), ["InvalidData"]);
        assert_eq!(read_all(&"a".repeat(10_000)), ["InvalidData"]);
        assert!(read_all("").is_empty());
    }
}
