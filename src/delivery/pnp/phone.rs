//! Who asks ([`Phone`]): what a request says, held against the targets in use.

use crate::model::Mac;
use crate::target::Targets;

use super::Subscribe;

/// Who asks, as far as the request tells. Nothing of it is proven; all of it is safe to log.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Phone {
    /// The MAC address.
    pub mac: Option<Mac>,
    /// The maker, as the targets in use spell it where they know it.
    pub vendor: Option<String>,
    /// The model as the fleet document names it (`acme T46`), when the targets in use know it.
    pub model: Option<String>,
    /// The model in the phone's own words.
    pub reported_model: Option<String>,
    /// The version of the firmware in the phone's own words.
    pub firmware: Option<String>,
}

impl Phone {
    /// Decides who asks: the maker by the block of the MAC address, then by the event, then by
    /// `User-Agent`; the model among those of the maker.
    pub fn of(subscribe: &Subscribe, targets: &Targets) -> Self {
        let reported = subscribe.model();
        let said = [subscribe.vendor(), subscribe.user_agent()];
        let target = said.into_iter().flatten().find_map(|word| {
            targets
                .iter()
                .find(|target| begins_with(word, target.vendor()))
        });
        let vendor = target.map(|target| target.vendor());
        let model = vendor.zip(reported).and_then(|(vendor, model)| {
            let model = match begins_with(model, vendor) {
                true => model.to_owned(),
                false => format!("{vendor} {model}"),
            };
            targets.model(&model).ok()
        });
        Self {
            mac: subscribe.mac(),
            vendor: vendor.or(subscribe.vendor()).map(str::to_owned),
            model: model.map(|model| model.canonical()),
            reported_model: reported.map(str::to_owned),
            firmware: subscribe.version().map(str::to_owned),
        }
    }
}

fn begins_with(text: &str, word: &str) -> bool {
    let start = text.get(..word.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(word))
}
