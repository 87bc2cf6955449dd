-- What stands above all domains.

create schema if not exists enterprise_marts
comment = 'Sales over all channels';

create schema if not exists enterprise_monitoring
comment = 'What was loaded, built and found, day by day, over all domains';
