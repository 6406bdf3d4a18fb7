using System.Text.Json;

namespace Causeway.Spec.Plans;

/// <summary>The part of the canonical form that says how a target's requests are adapted.</summary>
internal static class CanonicalAdapt
{
    public static void Write(Utf8JsonWriter writer, AdaptPlan adapt)
    {
        writer.WriteStartObject("adapt");
        writer.WriteStartObject("fields");
        foreach (var (field, action) in adapt.Policy.Fields) writer.WriteString(field, PlanWords.Action(action));
        writer.WriteEndObject();
        writer.WriteStartObject("maxTokens");
        if (adapt.MaxTokens.Cap is { } cap) writer.WriteNumber("cap", cap);
        if (adapt.MaxTokens.Default is { } value) writer.WriteNumber("default", value);
        writer.WriteEndObject();
        writer.WriteString("params", PlanWords.Mode(adapt.Policy.Mode));
        if (adapt.Profile is { } profile)
        {
            writer.WriteStartObject("profile");
            writer.WritePropertyName("meaning");
            writer.WriteRawValue(profile.Meaning);
            writer.WriteString("name", profile.Name);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
