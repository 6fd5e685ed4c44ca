//! What a page says after a form was accepted.

/// Each thing that can be said has a code, which stands in the address; the address never holds words
/// that a page would show.
macro_rules! done {
    ($($name:ident $code:literal $text:literal;)+) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Done {
            $(
                #[doc = $text]
                $name,
            )+
        }

        impl Done {
            /// What stands in the address.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// What the page says.
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// What a code means.
            pub fn of(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

done! {
    LoggedOut "logged-out" "You have logged out.";
}
