/* bionic code reads its stack guard at thread pointer + 40. Preloaded first, this block lies there and never changes. */
__thread unsigned long bionic_guard_room[32] = {1, 2, 3, 4, 5, 6, 7, 8};
unsigned long *guard_room(void) { return bionic_guard_room; }
