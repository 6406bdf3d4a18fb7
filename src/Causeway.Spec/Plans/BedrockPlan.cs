using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>How the gateway shows Bedrock who it is.</summary>
public enum BedrockAuth
{
    /// <summary>A Bedrock API key, as a bearer.</summary>
    ApiKey,
    /// <summary>Every request signed with AWS credentials (Signature Version 4).</summary>
    SigV4,
    /// <summary>A short-term Bedrock key, minted locally from AWS credentials, as a bearer.</summary>
    ShortTerm,
}

/// <summary>Which of Bedrock's two hosts is asked.</summary>
public enum BedrockHost
{
    /// <summary>The one the model answers on, as far as is known; found out otherwise.</summary>
    Auto,
    /// <summary><c>bedrock-runtime.REGION.amazonaws.com</c>.</summary>
    Runtime,
    /// <summary><c>bedrock-mantle.REGION.api.aws</c>.</summary>
    Mantle,
}

/// <summary>Amazon Bedrock through its OpenAI-compatible API. Equal content means equal record.</summary>
public sealed record BedrockPlan
{
    /// <summary>At least one, in the order they are tried: <c>us-east-1</c>.</summary>
    public required ImmutableArray<string> Regions { get; init; }

    public BedrockAuth Auth { get; init; }
    public BedrockHost Host { get; init; }

    /// <summary>
    /// Scheme and authority, perhaps with a path, in the place of those of both hosts; without a slash at the end. <c>{service}</c> and
    /// <c>{region}</c> stand for <c>bedrock-runtime</c> or <c>bedrock-mantle</c> and the Region. Null for AWS's own hosts.
    /// </summary>
    public string? Endpoint { get; init; }

    /// <summary><c>default</c>, <c>priority</c>, <c>flex</c> or <c>reserved</c>, for requests that do not name one; null leaves it to AWS.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Sent as <c>OpenAI-Project</c>; only the mantle host has projects.</summary>
    public string? Project { get; init; }

    /// <summary>Only the runtime host has guardrails, so with one no other host is asked.</summary>
    public GuardrailPlan? Guardrail { get; init; }

    /// <summary>Fixed credentials; null for the machine's own (environment, profile, container, instance).</summary>
    public AwsCredentialsPlan? Credentials { get; init; }

    /// <summary>The service that requests to the mantle host are signed for: <c>bedrock-mantle</c> or <c>bedrock</c>.</summary>
    public string MantleSigningName { get; init; } = "bedrock-mantle";

    /// <summary>What <see cref="Host"/>, a guardrail and a project leave to choose from.</summary>
    public BedrockHost EffectiveHost => Guardrail is not null ? BedrockHost.Runtime : Project is not null ? BedrockHost.Mantle : Host;

    /// <summary>
    /// Where models answer by the operator's own catalog, where it differs from the built-in one: by each of a model's names. Empty without one.
    /// </summary>
    public BedrockPlaces Places { get; init; } = BedrockPlaces.None;

    /// <summary>Where a host is in a Region, without a slash at the end.</summary>
    /// <param name="host">Runtime or mantle.</param>
    public string Authority(BedrockHost host, string region)
    {
        // As PrivateLink and the stand-in spell it.
        var service = host == BedrockHost.Runtime ? "bedrock-runtime" : "bedrock-mantle";
        if (Endpoint is not null) return Endpoint.Replace("{service}", service, StringComparison.Ordinal).Replace("{region}", region, StringComparison.Ordinal);
        var partition = region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "";
        return host == BedrockHost.Mantle ? $"https://bedrock-mantle.{region}.api.aws" : $"https://bedrock-runtime.{region}.amazonaws.com{partition}";
    }

    /// <summary>Where a Region's models are listed; only the mantle host has a list.</summary>
    public Uri ListUrl(string region) => new(Authority(BedrockHost.Mantle, region) + "/v1/models");

    // Written out because arrays compare by reference.
    public bool Equals(BedrockPlan? other) =>
        other is not null && Auth == other.Auth && Host == other.Host && Endpoint == other.Endpoint && ServiceTier == other.ServiceTier
        && Project == other.Project && Guardrail == other.Guardrail && Credentials == other.Credentials
        && MantleSigningName == other.MantleSigningName && Places.Equals(other.Places) && Regions.AsSpan().SequenceEqual(other.Regions.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Auth, Host, Endpoint, ServiceTier, Project, Guardrail, Credentials, Regions.Length);
}

/// <summary>A guardrail of Amazon Bedrock, applied by the runtime host.</summary>
/// <param name="Id">Its id or ARN.</param>
/// <param name="Version">A number, or <c>DRAFT</c>.</param>
/// <param name="Trace">Whether the answer says what the guardrail found.</param>
public sealed record GuardrailPlan(string Id, string Version, bool Trace);

/// <summary>AWS credentials from the operator's environment, by name.</summary>
public sealed record AwsCredentialsPlan(SecretText AccessKeyId, SecretText SecretAccessKey, SecretText? SessionToken);
