//! What goes wrong on a network, as a story plans it or as chance has it.

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// There is no line at all.
    Offline,
    /// The request breaks after so many bytes of its body.
    CutRequest(usize),
    /// The server does all that was asked, and the reply is lost.
    LoseReply,
    /// The reply breaks after so many bytes of its body.
    CutReply(usize),
    /// The server gets the request twice; the phone reads the second reply.
    Twice,
    /// All goes well, but a copy of the request reaches the server again later, after so many others.
    LateCopy(usize),
}

/// How bad the network is: how many requests in a thousand meet each fault.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    /// No line.
    pub offline: u32,
    /// The request breaks.
    pub cut_request: u32,
    /// The reply is lost after the commit.
    pub lose_reply: u32,
    /// The reply breaks.
    pub cut_reply: u32,
    /// The request comes twice.
    pub twice: u32,
    /// An old copy comes later.
    pub late_copy: u32,
    /// The longest delay either way, in milliseconds.
    pub delay: u32,
    /// How many bytes go through in a second either way; 0 for any number.
    pub speed: u32,
}

impl Weather {
    /// A line that never fails.
    pub const FAIR: Self =
        Self { offline: 0, cut_request: 0, lose_reply: 0, cut_reply: 0, twice: 0, late_copy: 0, delay: 0, speed: 0 };
    /// A line on which most requests meet some trouble.
    pub const STORM: Self = Self {
        offline: 60,
        cut_request: 150,
        lose_reply: 150,
        cut_reply: 200,
        twice: 100,
        late_copy: 150,
        delay: 3000,
        speed: 0,
    };
    /// 64 kbit/s with two seconds there and back.
    pub const FAR: Self = Self { delay: 2000, speed: 8000, ..Self::FAIR };
}
