//! Links by which a phone enrols and a person signs in.
