-- Postal addresses, whole only for those who need them: beside e-mail addresses and phone
-- numbers, for the same reasons in the same place.

create masking policy if not exists governance.policies.postal_address
as(address variant) returns variant ->
case
    when is_role_in_session('RETAIL_TRANSFORMER') then address
    when is_role_in_session('RETAIL_STEWARD') then address
    else object_delete(
        to_object(address),
        'first_name',
        'last_name',
        'address1',
        'latitude',
        'longitude'
    )::variant
end
comment = 'Leaves the town, the province, the country and the postal code';

grant apply on masking policy governance.policies.postal_address to role retail_loader;
