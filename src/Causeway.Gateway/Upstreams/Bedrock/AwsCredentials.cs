namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>What AWS requests are signed with. Never printed: see <see cref="ToString"/>.</summary>
/// <param name="Expires">When temporary credentials end; null for those that do not.</param>
internal sealed record AwsCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken = null, DateTimeOffset? Expires = null)
{
    public override string ToString() => "AWS credentials";
}
