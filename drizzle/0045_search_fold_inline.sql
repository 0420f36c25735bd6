-- What is strict and holds a CASE is never put into the statement that calls it: every name cost a call of its own.
-- Of nothing it makes nothing either way.
ALTER FUNCTION search_fold(text) CALLED ON NULL INPUT;
