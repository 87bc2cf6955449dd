-- The layers of the regional sales.

create schema if not exists regional_raw
comment = 'What the extractions of four regions landed, as it came';

create schema if not exists regional_staging
comment = 'Every sale once, with types; what does not fit stands apart with its reason';

create schema if not exists regional_marts
comment = 'Completed sales of all regions, by day, and what has been loaded of them';
