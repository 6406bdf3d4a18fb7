using System.Text.Json;
using Causeway.Gateway.Upstreams.Rehearsal.Instances;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary>
/// The two rules of <c>strict: true</c> that people run into: every object closes itself with <c>additionalProperties: false</c>
/// and requires all its properties.
/// </summary>
internal static class StrictSchema
{
    /// <summary>The first offence, worded like OpenAI's, or null.</summary>
    public static string? Offence(JsonElement schema) =>
        schema.Text("type"u8) is not "object" && !schema.Has("$ref"u8, out _)
            ? "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"" + Refusals.Quote(schema.Text("type"u8) ?? "None") + "\"'."
            : Walk(schema, "");

    private static string? Walk(JsonElement schema, string context)
    {
        if (schema.ValueKind is not JsonValueKind.Object) return null;
        if ((schema.Text("type"u8) is "object" || schema.Has("properties"u8, out _)) && Closed(schema, context) is { } offence)
            return offence;
        return Members(schema, "properties"u8, context, "properties") ?? Members(schema, "$defs"u8, context, "$defs")
            ?? Members(schema, "definitions"u8, context, "definitions") ?? List(schema, "anyOf"u8, context, "anyOf")
            ?? (schema.Has("items"u8, out var items) ? Walk(items, Inside(context, "items")) : null);
    }

    private static string? Closed(JsonElement schema, string context)
    {
        if (!schema.TryGetProperty("additionalProperties"u8, out var more) || more.ValueKind is not JsonValueKind.False)
            return $"In context=({context}), 'additionalProperties' is required to be supplied and to be false.";
        if (!schema.Has("properties"u8, out var properties) || properties.ValueKind is not JsonValueKind.Object) return null;
        var required = SchemaFacets.Required(schema);
        foreach (var property in properties.EnumerateObject())
        {
            if (!required.Contains(property.Name))
                return $"In context=({context}), 'required' is required to be supplied and to be an array including every key in " +
                    $"properties. Missing '{Refusals.Quote(property.Name)}'.";
        }
        return null;
    }

    private static string? Members(JsonElement schema, ReadOnlySpan<byte> keyword, string context, string word)
    {
        if (!schema.Has(keyword, out var members) || members.ValueKind is not JsonValueKind.Object) return null;
        foreach (var member in members.EnumerateObject())
        {
            if (Walk(member.Value, Inside(Inside(context, word), Refusals.Quote(member.Name))) is { } offence) return offence;
        }
        return null;
    }

    private static string? List(JsonElement schema, ReadOnlySpan<byte> keyword, string context, string word)
    {
        if (!schema.Has(keyword, out var list) || list.ValueKind is not JsonValueKind.Array) return null;
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (Walk(item, Inside(Inside(context, word), $"{index}")) is { } offence) return offence;
            index++;
        }
        return null;
    }

    private static string Inside(string context, string word) => context.Length == 0 ? $"'{word}'" : $"{context}, '{word}'";
}
