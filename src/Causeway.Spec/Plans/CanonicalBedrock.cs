using System.Text.Json;
using Causeway.Spec.Catalog;

namespace Causeway.Spec.Plans;

/// <summary>The part of <see cref="CanonicalPlan"/> that is about Amazon Bedrock. Keys in ordinal order; what is not given is left out.</summary>
internal static class CanonicalBedrock
{
    public static void Write(Utf8JsonWriter writer, UpstreamPlan upstream, BedrockPlan bedrock)
    {
        writer.WriteString("apiKey", upstream.ApiKey?.Reference);
        writer.WriteString("auth", PlanWords.Of(bedrock.Auth));
        CanonicalResilience.WriteBounds(writer, upstream);
        if (bedrock.Credentials is { } credentials) WriteCredentials(writer, credentials);
        if (bedrock.Endpoint is not null) writer.WriteString("endpoint", bedrock.Endpoint);
        if (bedrock.Guardrail is { } guardrail) WriteGuardrail(writer, guardrail);
        writer.WriteString("host", PlanWords.Of(bedrock.Host));
        if (bedrock.MantleSigningName != "bedrock-mantle") writer.WriteString("mantleSigningName", bedrock.MantleSigningName);
        if (!bedrock.Places.IsEmpty) WritePlaces(writer, bedrock.Places);
        if (bedrock.Project is not null) writer.WriteString("project", bedrock.Project);
        writer.WriteStartArray("regions");
        foreach (var region in bedrock.Regions) writer.WriteStringValue(region);
        writer.WriteEndArray();
        if (bedrock.ServiceTier is not null) writer.WriteString("serviceTier", bedrock.ServiceTier);
        if (upstream.ShowErrors) writer.WriteBoolean("showErrors", true);
        writer.WriteString("type", PlanWords.Kind(upstream.Kind));
        CanonicalResilience.WriteWarm(writer, upstream.Warm);
    }

    private static void WritePlaces(Utf8JsonWriter writer, BedrockPlaces places)
    {
        writer.WriteStartObject("places");
        foreach (var (name, hosts) in places.All)
        {
            writer.WriteStartArray(name);
            foreach (var host in hosts.Where(host => host.Apis.Contains(ApiFamily.Chat))) writer.WriteStringValue($"{(host.Host == HostKind.Runtime ? "runtime" : "mantle")}{host.Prefix} {host.Model}");
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void WriteCredentials(Utf8JsonWriter writer, AwsCredentialsPlan credentials)
    {
        writer.WriteStartObject("credentials");
        writer.WriteString("accessKeyId", credentials.AccessKeyId.Reference);
        writer.WriteString("secretAccessKey", credentials.SecretAccessKey.Reference);
        if (credentials.SessionToken is { } token) writer.WriteString("sessionToken", token.Reference);
        writer.WriteEndObject();
    }

    private static void WriteGuardrail(Utf8JsonWriter writer, GuardrailPlan guardrail)
    {
        writer.WriteStartObject("guardrail");
        writer.WriteString("id", guardrail.Id);
        writer.WriteString("trace", guardrail.Trace ? "enabled" : "disabled");
        writer.WriteString("version", guardrail.Version);
        writer.WriteEndObject();
    }
}
