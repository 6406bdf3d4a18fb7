using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Gateway.Probe;
using Causeway.Spec.Profiles;

namespace Causeway.Probing;

/// <summary>Prints what a probe found, for people and for programs.</summary>
internal static class ProbeReport
{
    public static void WriteTable(TextWriter output, ProbeOutcome outcome)
    {
        foreach (var item in outcome.Items) output.WriteLine($"{Word(item.Verdict),-8}{item.Name,-24}{item.Evidence}");
        output.WriteLine();
        var counts = Enum.GetValues<ProbeVerdict>().Select(verdict => $"{outcome.Items.Count(item => item.Verdict == verdict)} {Word(verdict)}");
        output.WriteLine($"{string.Join(", ", counts)}; {outcome.Tokens} tokens{(outcome.Cost is { } cost ? string.Create(CultureInfo.InvariantCulture, $", ${cost:0.0000}") : "")}");
    }

    public static void WriteJson(TextWriter output, ProbeOptions options, ProbeOutcome outcome)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("upstream", options.Upstream);
            writer.WriteString("model", options.Model);
            writer.WriteString("stopped", outcome.Stopped);
            writer.WriteNumber("tokens", outcome.Tokens);
            if (outcome.Cost is { } cost) writer.WriteNumber("costUsd", cost);
            writer.WriteStartArray("items");
            foreach (var item in outcome.Items) WriteItem(writer, item);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteItem(Utf8JsonWriter writer, ProbeItem item)
    {
        writer.WriteStartObject();
        writer.WriteString("name", item.Name);
        writer.WriteString("verdict", Word(item.Verdict));
        writer.WriteString("support", ProfileWords.Of(item.Support));
        writer.WriteString("evidence", item.Evidence);
        writer.WriteEndObject();
    }

    private static string Word(ProbeVerdict verdict) => verdict.ToString().ToLowerInvariant();
}
