using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Spec.Profiles;

/// <summary>Writes profiles: as files, and as the part of them that has a meaning.</summary>
internal static class ProfileJson
{
    private static readonly JsonWriterOptions _file = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(CapabilityProfile profile)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, _file))
        {
            writer.WriteStartObject();
            writer.WriteNumber("profile", CapabilityProfile.FormatVersion);
            writer.WriteString("name", profile.Name);
            writer.WriteString("source", profile.Source);
            writer.WriteString("measured", profile.Measured?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            WriteBody(writer, profile, withEvidence: true);
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    public static string Meaning(CapabilityProfile profile)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WriteBody(writer, profile, withEvidence: false);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteBody(Utf8JsonWriter writer, CapabilityProfile profile, bool withEvidence)
    {
        writer.WriteStartObject("features");
        foreach (var feature in Features.All) WriteFact(writer, feature, profile.FactOf(feature), withEvidence);
        writer.WriteEndObject();
        WriteList(writer, "extraFields", profile.ExtraFields);
        if (profile.ToolNames is { } names) WriteToolNames(writer, names);
        if (!profile.MaxTokens.IsNone) WriteMaxTokens(writer, profile.MaxTokens);
        if (profile.Reasoning != default) WriteReasoning(writer, profile.Reasoning);
        WriteList(writer, "dialects", profile.Dialects);
    }

    private static void WriteFact(Utf8JsonWriter writer, Feature feature, FeatureFact fact, bool withEvidence)
    {
        var evidence = withEvidence ? fact.Evidence : null;
        if (fact.Support == Support.Unknown && evidence is null) return;
        if (evidence is null)
        {
            writer.WriteString(Features.IdOf(feature), ProfileWords.Of(fact.Support));
            return;
        }
        writer.WriteStartObject(Features.IdOf(feature));
        writer.WriteString("support", ProfileWords.Of(fact.Support));
        writer.WriteString("evidence", evidence);
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, System.Collections.Immutable.ImmutableArray<string> items)
    {
        if (items.IsEmpty) return;
        writer.WriteStartArray(name);
        foreach (var item in items) writer.WriteStringValue(item);
        writer.WriteEndArray();
    }

    private static void WriteToolNames(Utf8JsonWriter writer, ToolNameRule names)
    {
        writer.WriteStartObject("toolNames");
        writer.WriteString("characters", names.Characters);
        writer.WriteNumber("maxLength", names.MaxLength);
        writer.WriteEndObject();
    }

    private static void WriteMaxTokens(Utf8JsonWriter writer, MaxTokensRule rule)
    {
        writer.WriteStartObject("maxTokens");
        if (rule.Default is { } value) writer.WriteNumber("default", value);
        if (rule.Cap is { } cap) writer.WriteNumber("cap", cap);
        writer.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, ReasoningFact reasoning)
    {
        writer.WriteStartObject("reasoning");
        if (reasoning.Field is { } field) writer.WriteString("field", field);
        if (reasoning.Tags) writer.WriteBoolean("tags", true);
        if (reasoning.Opened) writer.WriteBoolean("opened", true);
        writer.WriteEndObject();
    }
}
