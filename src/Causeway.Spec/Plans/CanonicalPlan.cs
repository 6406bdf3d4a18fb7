using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Spec.Catalog;

namespace Causeway.Spec.Plans;

/// <summary>
/// Writes a plan as canonical JSON and names it by its hash. Canonical: no space, keys in ordinal order, defaults written out,
/// durations in milliseconds, sizes in bytes, order kept only where it means something (targets, faults), ASCII only (so the
/// bytes do not depend on a runtime's Unicode tables), secrets by reference. A change of this form changes every hash: see its golden test.
/// </summary>
internal static class CanonicalPlan
{
    /// <param name="upstreams">By name, as are routes and keys.</param>
    /// <param name="listed">The catalog's prices, in the order of upstream and model.</param>
    /// <param name="sunsets">No part of the hash.</param>
    public static Plan Create(
        ImmutableArray<UpstreamPlan> upstreams, ImmutableArray<RoutePlan> routes, ImmutableArray<KeyPlan> keys, LimitsPlan limits,
        SortedDictionary<string, ModelPrice> prices, ImmutableArray<UpstreamPrice> listed, SunsetTable sunsets)
    {
        var priceText = Write(writer => WritePrices(writer, prices, listed));
        var canonical = Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", "causeway/v1");
            WriteArray(writer, "keys", keys, WriteKey);
            WriteLimits(writer, limits);
            writer.WritePropertyName("prices");
            WritePrices(writer, prices, listed);
            WriteObject(writer, "routes", routes, route => route.Name, WriteRoute);
            WriteObject(writer, "upstreams", upstreams, upstream => upstream.Name, WriteUpstream);
            writer.WriteEndObject();
        });
        return new Plan
        {
            Hash = HashOf(canonical),
            Canonical = canonical,
            Upstreams = upstreams,
            Routes = new RouteTable(routes),
            Keys = new KeyTable(keys),
            Limits = limits,
            Prices = new PricePlan(HashOf(priceText), priceText, prices.ToFrozenDictionary(StringComparer.Ordinal),
                listed.ToFrozenDictionary(price => (price.Upstream, price.Model), price => price.Price)),
            Sunsets = sunsets,
        };
    }

    internal static string HashOf(string canonical) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteKey(Utf8JsonWriter writer, KeyPlan key)
    {
        writer.WriteStartObject();
        writer.WriteString("hash", key.Hash);
        writer.WriteString("name", key.Name);
        if (key.MayTune) writer.WriteBoolean("tune", true);
        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, LimitsPlan limits)
    {
        writer.WriteStartObject("limits");
        writer.WriteNumber("body", limits.Body);
        writer.WriteNumber("concurrentRequests", limits.ConcurrentRequests);
        WriteDuration(writer, "idle", limits.Idle);
        WriteDuration(writer, "timeToFirstToken", limits.TimeToFirstToken);
        WriteDuration(writer, "total", limits.Total);
        writer.WriteEndObject();
    }

    // The catalog's prices hold at one upstream each; they stand under a name that no model can have.
    private static void WritePrices(Utf8JsonWriter writer, SortedDictionary<string, ModelPrice> prices, ImmutableArray<UpstreamPrice> listed)
    {
        writer.WriteStartObject();
        if (!listed.IsEmpty)
        {
            writer.WriteStartObject("*");
            foreach (var upstream in listed.GroupBy(price => price.Upstream))
            {
                writer.WriteStartObject(upstream.Key);
                foreach (var price in upstream) WritePrice(writer, price.Model, price.Price);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        foreach (var (model, price) in prices) WritePrice(writer, model, price);
        writer.WriteEndObject();
    }

    private static void WritePrice(Utf8JsonWriter writer, string model, ModelPrice price)
    {
        writer.WriteStartObject(model);
        WritePrice(writer, "cached", price.Cached);
        WritePrice(writer, "completion", price.Completion);
        WritePrice(writer, "prompt", price.Prompt);
        writer.WriteEndObject();
    }

    // What a route does not say is not written: absent and default are one.
    private static void WriteRoute(Utf8JsonWriter writer, RoutePlan route)
    {
        writer.WriteStartObject();
        if (route.Routing?.UsdPerDay is { } usd)
        {
            writer.WriteStartObject("budget");
            WritePrice(writer, "usdPerDay", usd);
            writer.WriteEndObject();
        }
        if (route.Routing?.Degrade is { } degrade) WriteDegrade(writer, degrade);
        WriteMatch(writer, route);
        CanonicalResilience.WriteRetry(writer, route.Retry);
        if (route.Routing is { HasWeights: true, Sticky: not StickyBy.Conversation and var sticky }) writer.WriteString("sticky", PlanWords.Sticky(sticky));
        WriteTargets(writer, route);
        writer.WriteEndObject();
    }

    private static void WriteDegrade(Utf8JsonWriter writer, DegradePlan degrade)
    {
        writer.WriteStartObject("degrade");
        writer.WritePropertyName("to");
        WriteTarget(writer, degrade.To);
        writer.WriteStartArray("when");
        if (degrade.OnBreaker) writer.WriteStringValue("breaker");
        if (degrade.OnBudget) writer.WriteStringValue("budget");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteMatch(Utf8JsonWriter writer, RoutePlan route)
    {
        var conditions = route.Conditions;
        writer.WriteStartObject("match");
        if (!conditions.Headers.IsEmpty) WriteObject(writer, "header", conditions.Headers, static header => header.Name, WriteValues);
        if (!conditions.Keys.IsEmpty) WriteArray(writer, "key", conditions.Keys, static (w, key) => w.WriteStringValue(key));
        if (!conditions.Metadata.IsEmpty) WriteObject(writer, "metadata", conditions.Metadata, static member => member.Name, WriteValues);
        WriteArray(writer, "model", route.Models, static (w, model) => w.WriteStringValue(model));
        if (!conditions.Tasks.IsEmpty) WriteArray(writer, "task", conditions.Tasks, static (w, task) => w.WriteStringValue(PlanWords.Task(task)));
        writer.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter writer, ValueCondition condition)
    {
        writer.WriteStartArray();
        foreach (var value in condition.Values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    // Weights count by their ratio: 90 and 10 draw as 9 and 1 do.
    private static void WriteTargets(Utf8JsonWriter writer, RoutePlan route)
    {
        var weights = route.Routing is { HasWeights: true } ? new TargetDraw(route.Targets).Weights : [];
        writer.WriteStartArray("targets");
        for (var i = 0; i < route.Targets.Length; i++) WriteTarget(writer, route.Targets[i], weights.IsEmpty || weights[i] == 0 ? null : weights[i]);
        writer.WriteEndArray();
    }

    private static void WriteTarget(Utf8JsonWriter writer, TargetPlan target, int? weight = null)
    {
        writer.WriteStartObject();
        if (target.Adapt is { } adapt) CanonicalAdapt.Write(writer, adapt);
        writer.WriteString("model", target.Model);
        if (target.Region is not null) writer.WriteString("region", target.Region);
        writer.WriteString("upstream", target.Upstream);
        if (weight is { } share) writer.WriteNumber("weight", share);
        writer.WriteEndObject();
    }

    private static void WriteUpstream(Utf8JsonWriter writer, UpstreamPlan upstream)
    {
        writer.WriteStartObject();
        if (upstream.Rehearsal is { } rehearsal) WriteRehearsal(writer, upstream, rehearsal);
        else if (upstream.Bedrock is { } bedrock) CanonicalBedrock.Write(writer, upstream, bedrock);
        else if (upstream.Embedded is { } embedded) CanonicalEmbedded.Write(writer, upstream, embedded);
        else WriteOpenAiCompatible(writer, upstream);
        writer.WriteEndObject();
    }

    private static void WriteOpenAiCompatible(Utf8JsonWriter writer, UpstreamPlan upstream)
    {
        writer.WriteString("apiKey", upstream.ApiKey?.Reference);
        writer.WriteString("baseUrl", upstream.BaseUrl?.AbsoluteUri.TrimEnd('/'));
        CanonicalResilience.WriteBounds(writer, upstream);
        writer.WriteStartObject("headers");
        // Header names mean the same in any case.
        var byName = upstream.Headers
            .Select(header => (Name: header.Name.ToLowerInvariant(), header.Value))
            .OrderBy(header => header.Name, StringComparer.Ordinal);
        foreach (var (name, value) in byName) writer.WriteString(name, value.Reference);
        writer.WriteEndObject();
        writer.WriteString("http", PlanWords.Http(upstream.Http));
        if (upstream.ShowErrors) writer.WriteBoolean("showErrors", true);
        writer.WriteString("type", PlanWords.Kind(upstream.Kind));
        CanonicalResilience.WriteWarm(writer, upstream.Warm);
    }

    private static void WriteRehearsal(Utf8JsonWriter writer, UpstreamPlan upstream, RehearsalPlan rehearsal)
    {
        CanonicalResilience.WriteBounds(writer, upstream);
        WriteArray(writer, "faults", rehearsal.Faults, WriteFault);
        WriteDuration(writer, "firstTokenDelay", rehearsal.FirstTokenDelay);
        WriteDuration(writer, "tokenDelay", rehearsal.TokenDelay);
        writer.WriteString("type", PlanWords.Kind(UpstreamKind.Rehearsal));
        CanonicalResilience.WriteWarm(writer, upstream.Warm);
    }

    private static void WriteFault(Utf8JsonWriter writer, FaultPlan fault)
    {
        writer.WriteStartObject();
        writer.WriteNumber("every", fault.Every);
        writer.WriteString("kind", PlanWords.Fault(fault.Kind));
        writer.WriteEndObject();
    }

    internal static void WriteDuration(Utf8JsonWriter writer, string name, TimeSpan duration) =>
        writer.WriteNumber(name, (long)duration.TotalMilliseconds);

    // 0.150 and 0.15 are one price; a decimal remembers its trailing zeros.
    private static void WritePrice(Utf8JsonWriter writer, string name, decimal price)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(price.ToString("0.#########", CultureInfo.InvariantCulture));
    }

    private static void WriteArray<T>(Utf8JsonWriter writer, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items) write(writer, item);
        writer.WriteEndArray();
    }

    private static void WriteObject<T>(Utf8JsonWriter writer, string name, ImmutableArray<T> items, Func<T, string> nameOf,
        Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartObject(name);
        foreach (var item in items)
        {
            writer.WritePropertyName(nameOf(item));
            write(writer, item);
        }
        writer.WriteEndObject();
    }
}
