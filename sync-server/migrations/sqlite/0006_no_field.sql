-- What a record says is read from its changes; a row for each of their puts said the same once more.
DROP TABLE field;
