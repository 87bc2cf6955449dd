-- The warehouse that builds and loads, and the monitor that bounds what it may cost.
-- Deployed once per account (`runner deploy --account`) by a role that may create
-- resource monitors: accountadmin.

create resource monitor if not exists retail_spending
with
credit_quota = {{ credit_quota }}
frequency = monthly
start_timestamp = immediately
triggers
on 80 percent do notify
on 100 percent do suspend
on 110 percent do suspend_immediate;

create warehouse if not exists {{ warehouse }}
warehouse_size = 'xsmall'
auto_suspend = 60
auto_resume = true
initially_suspended = true
comment = 'Builds the warehouse; sleeps after a minute without work';

alter warehouse {{ warehouse }} set resource_monitor = retail_spending;
