//! HTTP responses, one after another, as a client has written them down.

use http::{HeaderName, HeaderValue, Response};

/// The responses of a text. Interim ones (1xx) are left out.
pub(crate) fn read(mut text: &[u8]) -> Result<Vec<Response<&[u8]>>, String> {
    let mut responses = Vec::new();
    for number in 1.. {
        text = text.trim_ascii_start();
        if text.is_empty() {
            break;
        }
        let (response, rest) = one(text).map_err(|what| format!("response {number}: {what}"))?;
        text = rest;
        if !response.status().is_informational() {
            responses.push(response);
        }
    }
    Ok(responses)
}

fn one(text: &[u8]) -> Result<(Response<&[u8]>, &[u8]), String> {
    let (status, mut rest) = line(text).ok_or("it ends in the status line")?;
    let status = std::str::from_utf8(status)
        .ok()
        .filter(|line| line.starts_with("HTTP/"));
    let status = status.and_then(|line| line.split(' ').nth(1)?.parse::<u16>().ok());
    let status = status.ok_or("expected a status line such as HTTP/1.1 200 OK")?;
    let mut response = Response::new(&[][..]);
    *response.status_mut() = status
        .try_into()
        .map_err(|_| format!("expected a status from 100 to 999, found {status}"))?;
    loop {
        let (field, behind) = line(rest).ok_or("it ends in the header fields")?;
        rest = behind;
        if field.is_empty() {
            break;
        }
        let colon = field.iter().position(|byte| *byte == b':');
        let (name, value) =
            field.split_at(colon.ok_or("expected header fields such as Name: value")?);
        let name = HeaderName::from_bytes(name).map_err(|_| "a header field has no name")?;
        let value = HeaderValue::from_bytes(value[1..].trim_ascii());
        let value = value.map_err(|_| format!("the value of {name} is none"))?;
        response.headers_mut().append(name, value);
    }
    let length = response.headers().get(http::header::CONTENT_LENGTH);
    let length = match length {
        Some(length) => {
            let length = length.to_str().ok().and_then(|length| length.parse().ok());
            length.ok_or("expected a number as Content-Length")?
        }
        None if status < 200 || matches!(status, 204 | 304) => 0,
        None => rest.len(),
    };
    let found = rest.len();
    let (body, rest) = rest
        .split_at_checked(length)
        .ok_or_else(|| format!("expected a body of {length} bytes, found {found}"))?;
    *response.body_mut() = body;
    Ok((response, rest))
}

/// A line without its end, and what follows.
fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let line = &text[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), &text[end + 1..]))
}
