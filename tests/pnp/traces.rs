//! Requests as phones send them, from the makers' documents and public traces.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "two suites use a part of this, each in a crate of its own"
)]

use std::net::SocketAddr;

/// One request with what must be read in it.
pub struct Trace {
    pub name: &'static str,
    pub text: &'static str,
    pub mac: Option<&'static str>,
    pub vendor: Option<&'static str>,
    pub model: Option<&'static str>,
    pub version: Option<&'static str>,
    /// Where it came from.
    pub source: &'static str,
}

impl Trace {
    /// As it is on the wire.
    pub fn bytes(&self) -> Vec<u8> {
        self.text.replace('\n', "\r\n").into_bytes()
    }

    pub fn source(&self) -> SocketAddr {
        self.source.parse().unwrap()
    }
}

/// A desk phone with V7: no branch, no User-Agent, the maker's own address, `OEM` for a name.
pub const SNOM_V7: Trace = Trace {
    name: "snom desk V7",
    text: "SUBSCRIBE sip:MAC%3a00135E874B49@intern.snom.de SIP/2.0
Via: SIP/2.0/UDP 192.168.10.67:5060;rport
From: <sip:MAC%3a00135E874B49@intern.snom.de>;tag=658512961
To: <sip:MAC%3a00135E874B49@intern.snom.de>
Call-ID: 1930770594@192.168.10.67
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type=\"device\";vendor=\"OEM\";model=\"OEM\";version=\"7.1.19\"
Expires: 0
Accept: application/url
Contact: <sip:192.168.10.67:5060>
Content-Length: 0

",
    mac: Some("00:13:5e:87:4b:49"),
    vendor: None,
    model: None,
    version: Some("7.1.19"),
    source: "192.168.10.67:5060",
};

/// A desk phone of today.
pub const SNOM_DESK: Trace = Trace {
    name: "snom desk",
    text: "SUBSCRIBE sip:MAC%3a000413A11FA7@fake SIP/2.0
Via: SIP/2.0/UDP 192.168.10.68:5060;rport
From: <sip:MAC%3a000413A11FA7@fake>;tag=1245
To: <sip:MAC%3a000413A11FA7@fake>
Call-ID: 313531@192.168.10.68
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type=\"device\";vendor=\"snom\";model=\"snomD120\";version=\"10.1.39.11\"
Expires: 0
Accept: application/url
Contact: <sip:192.168.10.68:5060>
User-Agent: snomD120/10.1.39.11
Content-Length: 0

",
    mac: Some("00:04:13:a1:1f:a7"),
    vendor: Some("snom"),
    model: Some("snomD120"),
    version: Some("10.1.39.11"),
    source: "192.168.10.68:5060",
};

/// A DECT base: `From` is no MAC address, `Contact` has no port, typographic quotation marks.
pub const SNOM_DECT: Trace = Trace {
    name: "snom M700",
    text: "SUBSCRIBE sip:MAC%3a00041361A0B1@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.90:5060;branch=z9hG4bKl1d23iyadenuaa1jr4vm
Max-Forwards: 70
From: <sip:512@10.0.0.90>;tag=dmrud.mzfyg66
To: <sip:MAC%3a00041361A0B1@224.0.1.75>
Call-ID: 6cm70qdo.o.8i@10.0.0.90
CSeq: 20264 SUBSCRIBE
Contact: <sip:512@10.0.0.90>
Accept: application/url
Allow: INVITE, CANCEL, BYE, ACK, REGISTER, OPTIONS, REFER, SUBSCRIBE, NOTIFY, MESSAGE, INFO, PRACK, UPDATE
Allow-Events: dialog,message-summary
Event: ua-profile;profile-type=\u{201c}device\u{201c};vendor=\u{201c}snom\u{201c};model=\u{201c}snomM700\u{201c};version=\u{201c}03.23.0005\u{201c}
Expires: 0
Supported: replaces,100rel
User-Agent: snomM700/03.23.0005 (MAC=00041361A0B1; SER= 00000; HW=255)
Content-Length: 0

",
    mac: Some("00:04:13:61:a0:b1"),
    vendor: Some("snom"),
    model: Some("snomM700"),
    version: Some("03.23.0005"),
    source: "10.0.0.90:5060",
};

/// `MAC` and the digits without anything between, a port of its own.
pub const YEALINK: Trace = Trace {
    name: "yealink W52P",
    text: "SUBSCRIBE sip:MAC001565f4f9e1@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 10.1.3.239:5059;branch=z9hG4bK1536537630
From: <sip:MAC001565f4f9e1@224.0.1.75>;tag=1536537630
To: <sip:MAC001565f4f9e1@224.0.1.75>
Call-ID: 1536537630@10.1.3.239
CSeq: 1 SUBSCRIBE
Contact: <sip:MAC001565f4f9e1@10.1.3.239:5059>
Max-Forwards: 70
User-Agent: Yealink W52P 25.81.0.10
Expires: 0
Event: ua-profile;profile-type=\"device\";vendor=\"yealink\";model=\"W52P\";version=\"25.81.0.10\"
Accept: application/url
Content-Length: 0

",
    mac: Some("00:15:65:f4:f9:e1"),
    vendor: Some("yealink"),
    model: Some("W52P"),
    version: Some("25.81.0.10"),
    source: "10.1.3.239:5059",
};

/// A newer one: `%3a`, and the MAC address in the User-Agent too.
pub const YEALINK_NEW: Trace = Trace {
    name: "yealink T53W",
    text: "SUBSCRIBE sip:MAC%3a805e0c123456@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 10.1.3.240:5060;branch=z9hG4bK17
From: <sip:MAC%3a805e0c123456@224.0.1.75>;tag=17
To: <sip:MAC%3a805e0c123456@224.0.1.75>
Call-ID: 17@10.1.3.240
CSeq: 1 SUBSCRIBE
Contact: <sip:MAC%3a805e0c123456@10.1.3.240:5060>
Max-Forwards: 70
User-Agent: Yealink SIP-T53W 96.87.0.16 80:5e:0c:12:34:56
Expires: 0
Event: ua-profile;profile-type=\"device\";vendor=\"Yealink\";model=\"T53W\";version=\"96.87.0.16\"
Accept: application/url
Content-Length: 0

",
    mac: Some("80:5e:0c:12:34:56"),
    vendor: Some("Yealink"),
    model: Some("T53W"),
    version: Some("96.87.0.16"),
    source: "10.1.3.240:5060",
};

/// The model of the event is not that of the User-Agent.
pub const YEALINK_T21: Trace = Trace {
    name: "yealink T21P",
    text: "SUBSCRIBE sip:MAC001565aabbcc@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 10.1.3.241:5062;branch=z9hG4bK18
From: <sip:MAC001565aabbcc@224.0.1.75>;tag=18
To: <sip:MAC001565aabbcc@224.0.1.75>
Call-ID: 18@10.1.3.241
CSeq: 1 SUBSCRIBE
Contact: <sip:MAC001565aabbcc@10.1.3.241:5062>
Max-Forwards: 70
User-Agent: Yealink SIP-T21P 34.72.14.6
Expires: 0
Event: ua-profile;profile-type=\"device\";vendor=\"yealink\";model=\"T21D\";version=\"34.72.14.6\"
Accept: application/url
Content-Length: 0

",
    mac: Some("00:15:65:aa:bb:cc"),
    vendor: Some("yealink"),
    model: Some("T21D"),
    version: Some("34.72.14.6"),
    source: "10.1.3.241:5062",
};

pub const GRANDSTREAM: Trace = Trace {
    name: "grandstream",
    text: "SUBSCRIBE sip:MAC%3AC074AD112233@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.20:5080;branch=z9hG4bK99;rport
From: <sip:MAC%3AC074AD112233@224.0.1.75>;tag=99
To: <sip:MAC%3AC074AD112233@224.0.1.75>
Call-ID: 99@10.0.0.20
CSeq: 20000 SUBSCRIBE
Contact: <sip:MAC%3AC074AD112233@10.0.0.20:5080>
Event: ua-profile;profile-type=\"device\";vendor=\"Grandstream\";model=\"GRP2612W\";version=\"1.0.5.1\"
Expires: 0
Accept: application/url
Content-Length: 0

",
    mac: Some("c0:74:ad:11:22:33"),
    vendor: Some("Grandstream"),
    model: Some("GRP2612W"),
    version: Some("1.0.5.1"),
    source: "10.0.0.20:5080",
};

pub const GIGASET: Trace = Trace {
    name: "gigaset",
    text: "SUBSCRIBE sip:MAC%3a589EC6010203@gigaset.com SIP/2.0
Via: SIP/2.0/UDP 10.0.0.21:5060;rport
From: <sip:MAC%3a589EC6010203@gigaset.com>;tag=5
To: <sip:MAC%3a589EC6010203@gigaset.com>
Call-ID: 5@10.0.0.21
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type=\"device\";vendor=\"OEM\";model=\"P850W\";version=\"1.2\"
Expires: 0
Accept: application/url
Contact: <sip:10.0.0.21:5060>
Content-Length: 0

",
    mac: Some("58:9e:c6:01:02:03"),
    vendor: None,
    model: Some("P850W"),
    version: Some("1.2"),
    source: "10.0.0.21:5060",
};

pub const PLANET: Trace = Trace {
    name: "planet",
    text: "SUBSCRIBE sip:MAC=a8f7e0010203@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.22:5060;branch=z9hG4bK7
From: <sip:MAC=a8f7e0010203@224.0.1.75>;tag=7
To: <sip:MAC=a8f7e0010203@224.0.1.75>
Call-ID: 7@10.0.0.22
CSeq: 1 SUBSCRIBE
Contact: <sip:10.0.0.22:5060>
Event: ua-profile;profile-type=\"device\";vendor=\"OEM\";model=\"VOIP PHONE\";version=\"2\"
Expires: 0
Content-Length: 0

",
    mac: Some("a8:f7:e0:01:02:03"),
    vendor: None,
    model: Some("VOIP PHONE"),
    version: Some("2"),
    source: "10.0.0.22:5060",
};

/// No maker, no model, no MAC address anywhere.
pub const AUDIOCODES: Trace = Trace {
    name: "audiocodes",
    text: "SUBSCRIBE sip:224.0.1.75:5060 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.23:5060;branch=z9hG4bK8
From: <sip:00000001@10.0.0.23>;tag=8
To: <sip:224.0.1.75:5060>
Call-ID: 8@10.0.0.23
CSeq: 1 SUBSCRIBE
Contact: <sip:00000001@10.0.0.23:5060>
Event: ua-profile;profile-type=\"application\"
Expires: 0
Content-Length: 0

",
    mac: None,
    vendor: None,
    model: None,
    version: None,
    source: "10.0.0.23:5060",
};

pub const ALL: [&Trace; 10] = [
    &SNOM_V7,
    &SNOM_DESK,
    &SNOM_DECT,
    &YEALINK,
    &YEALINK_NEW,
    &YEALINK_T21,
    &GRANDSTREAM,
    &GIGASET,
    &PLANET,
    &AUDIOCODES,
];
