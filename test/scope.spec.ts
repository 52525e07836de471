import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";

const scope = readFileSync(join(__dirname, "../docs/scope.md"), "utf8");

/** The variables of cloudposse/terraform-aws-elastic-beanstalk-environment at 68837de (October 2025), without its context. */
const variables = `
region description elastic_beanstalk_application_name environment_type loadbalancer_type
loadbalancer_is_shared shared_loadbalancer_arn loadbalancer_crosszone
loadbalancer_connection_idle_timeout dns_zone_id dns_subdomain vpc_id loadbalancer_subnets
application_subnets availability_zone_selector instance_type enable_spot_instances
spot_fleet_on_demand_base spot_fleet_on_demand_above_base_percentage spot_max_price
enhanced_reporting_enabled managed_actions_enabled autoscale_min autoscale_max solution_stack_name
wait_for_ready_timeout associate_public_ip_address tier version_label force_destroy
rolling_update_enabled rolling_update_type deployment_policy updating_min_in_service
updating_max_batch health_streaming_enabled health_streaming_delete_on_terminate
health_streaming_retention_in_days healthcheck_url enable_log_publication_control enable_stream_logs
logs_delete_on_terminate enable_loadbalancer_logs logs_retention_in_days
loadbalancer_certificate_arn loadbalancer_ssl_policy loadbalancer_security_groups
loadbalancer_managed_security_group http_listener_enabled application_port preferred_start_time
update_level instance_refresh_enabled keypair root_volume_size root_volume_type
autoscale_measure_name autoscale_statistic autoscale_unit autoscale_lower_bound
autoscale_lower_increment autoscale_upper_bound autoscale_upper_increment elb_scheme
ssh_listener_enabled ssh_listener_port additional_settings env_vars alb_zone_id ami_id
deployment_batch_size_type deployment_batch_size deployment_ignore_health_check deployment_timeout
extended_ec2_policy_document prefer_legacy_ssm_policy prefer_legacy_service_policy
s3_bucket_access_log_bucket_name s3_bucket_versioning_enabled scheduled_actions healthcheck_interval
healthcheck_timeout healthcheck_healthy_threshold_count healthcheck_unhealthy_threshold_count
healthcheck_httpcodes_to_match root_volume_iops root_volume_throughput enable_capacity_rebalancing
loadbalancer_redirect_http_to_https loadbalancer_redirect_http_to_https_priority
loadbalancer_redirect_http_to_https_path_pattern loadbalancer_redirect_http_to_https_host
loadbalancer_redirect_http_to_https_port loadbalancer_redirect_http_to_https_status_code
`;

describe("docs/scope.md", () => {
  it("has a line for each variable of the module that operators compare the program with", () => {
    const names = variables.trim().split(/\s+/);
    expect(names).to.have.length(94);
    expect(names.filter((name) => !scope.includes(`\`${name}\``))).to.deep.equal([]);
  });

  it("names what the program leaves out, with a reason and an alternative", () => {
    const [leftOut = ""] = scope.split("## Variables of Terraform modules");
    const rows = leftOut.split("\n").filter((line) => /^\|(?! Left out| -)/.test(line));
    expect(rows.length).to.be.greaterThan(25);
    for (const row of rows) {
      const cells = row.split("|").slice(1, -1);
      expect(cells, row).to.have.length(3);
      cells.forEach((cell) => expect(cell.trim(), row).not.to.equal(""));
    }
    for (const topic of [
      ...["Aurora", "RDS Proxy", "Read replicas", "IAM login", "KMS keys of your own on S3", "Key pairs"],
      ...["Traffic splitting", "ECS or EKS", "Cluster mode", "Another region", "Windows", "rotate"],
    ]) {
      expect(leftOut).to.include(topic);
    }
  });
});
