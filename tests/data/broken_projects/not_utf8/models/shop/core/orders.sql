-- Größe.
select 1 as size
