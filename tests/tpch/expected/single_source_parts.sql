select
    p_partkey as part_key, p_name as part_name, s_suppkey as supplier_key,
    s_name as supplier_name,
    (select count(*) from partsupp as any_offer where any_offer.ps_partkey = p_partkey)
        as supplier_count,
    offer.ps_availqty as avail_qty,
    (select count(*) from lineitem join orders on o_orderkey = l_orderkey
        where l_partkey = p_partkey and o_orderstatus in ('O', 'P')) as open_lines,
    coalesce(
        (select sum(l_extendedprice * (1 - l_discount)) from lineitem where l_partkey = p_partkey), 0
    )::decimal(18, 2) as total_revenue
from part
join partsupp as offer on offer.ps_partkey = p_partkey and offer.ps_availqty > 0
join supplier on s_suppkey = offer.ps_suppkey
where not exists (
    from partsupp as other
    where other.ps_partkey = p_partkey and other.ps_suppkey <> s_suppkey and other.ps_availqty > 0
)
