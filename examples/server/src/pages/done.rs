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
    Activated "activated" "The manufacturer's service is asked to send the phone here.";
    Assigned "assigned" "The phone was assigned.";
    Checking "checking" "The manufacturer's service is asked where it sends the phone.";
    Deactivated "deactivated" "The manufacturer's service is asked to forget the phone.";
    Described "described" "The description was saved.";
    FirmwareCertified "firmware-certified" "The list of certified firmware was saved.";
    FirmwareChosen "firmware-chosen" "The firmware was chosen. Phones load it when they next fetch their files.";
    HandsetsSaved "handsets-saved" "The handsets were saved.";
    LoggedOut "logged-out" "You have logged out.";
    Moved "moved" "The phone was moved.";
    OrganisationAdded "organisation-added" "The organisation was added.";
    PasswordChanged "password-changed" "Your password was changed. Log in with the new one.";
    PersonAdded "person-added" "The login was saved.";
    PersonRemoved "person-removed" "The login was removed.";
    PhoneAdded "phone-added" "The phone was added.";
    PhoneRemoved "phone-removed" "The phone was removed.";
    Resync "resync" "The phone is told to fetch its settings.";
    Revoked "revoked" "The phone's credentials were revoked.";
    SettingsSaved "settings-saved" "The settings were saved.";
    SubscriberRemoved "subscriber-removed" "The subscriber was removed.";
    SubscriberSaved "subscriber-saved" "The subscriber was saved.";
    Unassigned "unassigned" "The phone was unassigned.";
    WindowClosed "window-closed" "Authentication is not allowed any more.";
    WindowOpened "window-opened" "Authentication is allowed.";
}
