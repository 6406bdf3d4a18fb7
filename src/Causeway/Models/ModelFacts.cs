using System.Globalization;
using Causeway.Embedded;
using Causeway.Engine;
using Causeway.Engine.Formats;
using Causeway.Engine.Serving;
using Causeway.Spec.Plans;

namespace Causeway.Models;

/// <summary>What <c>causeway models show</c> prints.</summary>
internal static class ModelFacts
{
    public static void Write(TextWriter output, ModelEntry entry)
    {
        Line(output, "model", entry.Name);
        Line(output, "files", $"{entry.Path}, {PullProgress.Size(ModelSize.Of(entry.Path))}{(entry.IsOwned ? "" : " (not the store's own)")}");
        if (entry.Source is not null) Line(output, "from", $"{entry.Source} at {entry.Revision}");
        if (entry.Parent is not null) Line(output, "made of", entry.Parent);
        if (entry.License is not null) Line(output, "licence", entry.License);
        try
        {
            using var files = ModelFiles.Open(entry.Path);
            WriteFiles(output, files);
        }
        catch (ModelFormatException e)
        {
            Line(output, "problem", e.Message);
        }
        foreach (var (name, path) in entry.Adapters) Line(output, "adapter", $"{entry.Name}:{name}  {path}");
    }

    private static void WriteFiles(TextWriter output, ModelFiles files)
    {
        var config = files.Config;
        var matrices = files.Tensors.All.Where(tensor => tensor.Shape.Length > 1).ToList();
        Line(output, "calls itself", files.Name);
        Line(output, "architecture", string.Create(CultureInfo.InvariantCulture,
            $"{config.Architecture}, {config.Layers.Length} layers of {config.Hidden}, {config.Heads} heads ({config.KvHeads} for keys and values), vocabulary {config.Vocabulary}"));
        Line(output, "parameters", string.Create(CultureInfo.InvariantCulture, $"{files.Tensors.All.Sum(tensor => (long)tensor.Rows * tensor.Columns) / 1e6:0.0} million"));
        Line(output, "weights", string.Join(", ", matrices.GroupBy(tensor => tensor.Type).OrderByDescending(type => type.Count()).Select(type => $"{type.Key} ({type.Count()})")));
        Line(output, "context", $"{config.Context} tokens");
        Line(output, "chat template", files.ChatTemplate is null ? "no: it completes texts and embeds them, but does not chat" : "yes");
        var memory = MemoryEstimate.Of(config, files.Tensors, RunningModel.OptionsOf(new EmbeddedPlan(), null, TimeProvider.System));
        Line(output, "memory", $"{PullProgress.Size(memory.Needed)} with a context of {memory.ContextTokens} tokens; {PullProgress.Size(memory.Available)} are free");
    }

    private static void Line(TextWriter output, string what, string value) => output.WriteLine($"{what,-14}{value}");
}
