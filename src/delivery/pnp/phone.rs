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
    /// `User-Agent`; the model, among those of the maker, by the event, then by `User-Agent`. A block
    /// that several makers use decides nothing.
    pub fn of(subscribe: &Subscribe, targets: &Targets) -> Self {
        let agent = subscribe.user_agent().map(str::as_bytes);
        let agent = agent.and_then(|agent| targets.read_agent(agent));
        let (agent, claim) = agent.unzip();

        let by_mac = || {
            let block = targets.index().block(subscribe.mac()?)?;
            let target = block.targets.first().and_then(|at| targets.get(at));
            target.filter(|_| block.row.shared_with.is_empty())
        };
        let by_event = || {
            let said = subscribe.vendor()?;
            targets
                .iter()
                .find(|target| begins_with(said, target.vendor()))
        };
        let maker = by_mac().or_else(by_event).or(agent);
        let maker = maker.map(|target| target.vendor());

        let said = subscribe.model();
        let claimed = claim.and_then(|claim| claim.model);
        let named = |model: &str| {
            let maker = maker?;
            let model = match begins_with(model, maker) {
                true => model.to_owned(),
                false => format!("{maker} {model}"),
            };
            Some(targets.model(&model).ok()?.canonical())
        };
        Self {
            mac: subscribe.mac(),
            vendor: maker.or(subscribe.vendor()).map(str::to_owned),
            model: [said, claimed].into_iter().flatten().find_map(named),
            reported_model: said.or(claimed).map(str::to_owned),
            firmware: match subscribe.version() {
                Some(version) => Some(version.to_owned()),
                None => claim.and_then(|claim| Some(claim.firmware?.to_string())),
            },
        }
    }
}

fn begins_with(text: &str, word: &str) -> bool {
    let start = text.get(..word.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(word))
}
