//! Reading and writing of integers, byte strings and pages.
