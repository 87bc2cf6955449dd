-- The door to the landing bucket. The account assumes an AWS role: no key is stored.
-- After the first deployment, put STORAGE_AWS_IAM_USER_ARN and STORAGE_AWS_EXTERNAL_ID
-- of `desc integration retail_landing` into the trust policy of that AWS role.

create storage integration if not exists retail_landing
type = external_stage
storage_provider = 's3'
enabled = true
storage_aws_role_arn = '{{ landing_role_arn }}'
storage_allowed_locations = ('{{ landing_url }}')
comment = 'Reads the files that the shops land';

grant usage on integration retail_landing to role retail_loader;
