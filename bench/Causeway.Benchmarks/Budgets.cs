using System.Text;
using System.Text.Json;
using Causeway.Benchmarks.HotPath;
using Causeway.Gateway;
using Causeway.Gateway.Adapt;
using Causeway.Gateway.Adapt.Answers;
using Causeway.Testing;
using Causeway.Wire.Chat;
using Causeway.Wire.Sse;

namespace Causeway.Benchmarks;

/// <summary>
/// Bytes allocated on the hot paths, exactly: unlike nanoseconds they are the same on every machine, so they can gate. A path over its
/// ceiling fails; one well under it should have its ceiling lowered (<c>budgets --update</c> writes what was measured).
/// </summary>
internal static class Budgets
{
    private const int WarmUp = 2_000;
    private const int Rounds = 20_000;

    private static string File => Path.Combine(Repository.Root, "bench", "budgets.json");

    public static int Check(TextWriter output, bool update)
    {
        var measured = Measure();
        if (update) Write(measured);
        using var budgets = JsonDocument.Parse(System.IO.File.ReadAllText(File));
        var failed = 0;
        foreach (var (name, bytes) in measured)
        {
            var ceiling = budgets.RootElement.GetProperty(name).GetInt64();
            if (bytes > ceiling) failed++;
            output.WriteLine($"{(bytes > ceiling ? "OVER" : "ok  ")} {name,-28} {bytes,7} bytes, ceiling {ceiling}");
        }
        output.WriteLine($"{measured.Count - failed} passed, {failed} failed");
        return failed;
    }

    private static Dictionary<string, long> Measure()
    {
        var results = new Dictionary<string, long>();
        foreach (var suffix in new[] { "plain", "with-key", "with-profile" })
        {
            var gateway = new CannedGateway(withKey: suffix == "with-key", withProfile: suffix == "with-profile");
            foreach (var stream in new[] { false, true })
                results[$"chat.{(stream ? "stream-64" : "whole")}.{suffix}"] = PerRound(() => gateway.Serve(stream)) - PerRound(() => gateway.Idle(stream));
            gateway.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        MeasureParts(results);
        return results;
    }

    private static void MeasureParts(Dictionary<string, long> results)
    {
        var request = Encoding.UTF8.GetBytes(TestGateway.Chat("gpt-4o", stream: true));
        results["wire.request-scan"] = PerRound(() => ChatEnvelope.TryRead(request, out _, out _));
        var delta = Encoding.UTF8.GetBytes("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"},\"finish_reason\":null}]}\n\n");
        var tap = new ChunkTap();
        results["wire.stream-event"] = PerRound(() =>
        {
            var framer = default(SseFramer);
            using var data = SseEventData.Read(delta.AsSpan(0, framer.FindEventEnd(delta)));
            tap.Read(data.Data);
        });
        MeasureEdits(results, delta);
    }

    /// <summary>One event of a stream whose text is searched: taken apart, through the stages, and written anew.</summary>
    private static void MeasureEdits(Dictionary<string, long> results, byte[] delta)
    {
        var edits = new AnswerEdits { ToolNames = new Dictionary<string, string> { ["a"] = "b" }, StopStrings = ["dx"] };
        var editor = new StreamEditor(new StreamEditing { Chain = new ChoiceChains(edits, default).Make });
        var output = new RentedBuffer();
        results["answer.edited-event"] = PerRound(() =>
        {
            using var data = SseEventData.Read(delta);
            editor.TryEdit(data.Data, output);
            output.Clear();
        });
        output.Release();
        editor.Release();
    }

    /// <summary>Of the least of several rounds: what a background thread or a resized pool adds is not the path's.</summary>
    private static long PerRound(Action path)
    {
        for (var i = 0; i < WarmUp; i++) path();
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds / 5; i++) path();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / (Rounds / 5));
        }
        return least;
    }

    private static void Write(Dictionary<string, long> measured)
    {
        using var file = System.IO.File.Create(File);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var (name, bytes) in measured) json.WriteNumber(name, bytes);
        json.WriteEndObject();
        json.Flush();
        file.WriteByte((byte)'\n');
    }
}
