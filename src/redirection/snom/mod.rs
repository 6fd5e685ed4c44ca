//! The services of Snom: SRAPS, and the older one that it still answers for.

mod hawk;
