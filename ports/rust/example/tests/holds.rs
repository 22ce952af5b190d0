#[test]
fn first_gap_holds() {
    lockstep::judge::<first_gap::FirstGap>();
}

#[test]
fn the_allocator_of_the_system_holds() {
    lockstep::judge::<first_gap::Malloc>();
}

#[test]
fn what_passes_requests_on_holds() {
    lockstep::judge::<first_gap::PassOn>();
}
