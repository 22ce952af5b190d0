#[test]
fn the_mapped_heap_holds() {
    lockstep::judge::<rust_heap_port::MappedHeap>();
}
