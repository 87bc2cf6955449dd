-- Each channel has as many orders, and as much money, as its own fact, but for half a cent
-- of rounding in each row.

with facts as (
    select
        'retail' as channel,
        count(*) as orders,
        sum(total_line_amount) - sum(discount_amount) as net_amount,
        0 as tax_amount
    from retail_marts.fct_sales
    union all
    select
        'tpch' as channel,
        count(distinct order_key) as orders,
        sum(discounted_price) as net_amount,
        sum(charge) - sum(discounted_price) as tax_amount
    from tpch_marts.mart_orders
    union all
    select
        'sales' as channel,
        count(*) as orders,
        sum(net_amount) as net_amount,
        0 as tax_amount
    from sales_marts.fact_sales
    union all
    select
        'shopify' as channel,
        count(*) as orders,
        sum(total_price) - sum(current_total_tax) as net_amount,
        sum(current_total_tax) as tax_amount
    from shopify_serving.fct_sales
    union all
    select
        'regional' as channel,
        count(*) as orders,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount
    from regional_marts.sales_fact
),

channels as (
    select
        channel,
        sum(orders) as orders,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount,
        0.01 * count(*) as tolerance
    from enterprise_marts.sales_by_channel_day
    group by channel
)

select
    facts.channel,
    facts.orders as orders_in_fact,
    channels.orders,
    facts.net_amount as net_amount_in_fact,
    channels.net_amount,
    facts.tax_amount as tax_amount_in_fact,
    channels.tax_amount
from facts
left join channels
    on facts.channel = channels.channel
where
    facts.orders <> coalesce(channels.orders, 0)
    or abs(coalesce(facts.net_amount, 0) - coalesce(channels.net_amount, 0))
    > coalesce(channels.tolerance, 0)
    or abs(coalesce(facts.tax_amount, 0) - coalesce(channels.tax_amount, 0))
    > coalesce(channels.tolerance, 0)
