-- Right, of a table that no pipe fills: all of it, every time.
--
-- @materialized incremental
-- @unique_key currency

select
    currency,
    max_by(rate, valid_on) as rate
from shop_raw.rates
where
    rate > 0
    or currency in (select loaded.currency from shop_core.rates as loaded)
group by currency
