//! Recording what became of a submission: what fits, what is refused, what others see.
