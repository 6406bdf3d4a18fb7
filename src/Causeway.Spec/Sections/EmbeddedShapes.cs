using Causeway.Spec.Plans;
using Causeway.Spec.Values;

namespace Causeway.Spec.Sections;

/// <summary>The shape of an upstream of type <c>embedded</c>.</summary>
internal static class EmbeddedShapes
{
    private static readonly EmbeddedPlan Defaults = new();

    public static readonly MapShape Embedded = new("upstreams.<name> (type: embedded)",
        "Models that run in the gateway's own process, on its processor. A target's `model` is a name in the store (`causeway models list`) or a " +
        "path that begins with `/`, `./`, `../` or `~/`; `name:adapter` adds one of the model's LoRA adapters. More in the guide " +
        "[a local model](../guides/local-model.md).",
        """
        upstreams:
          local:
            type: embedded
            threads: 4
            memory: 8GiB
            unloadAfter: 30m
        routes:
          small:
            match: { model: small }
            targets: [ { upstream: local, model: smollm2-135m } ]
        """,
        [
            UpstreamKeys.Type,
            new("models", "path of a folder", "`models` in the data folder", "Where the models are that have a name."),
            new("threads", $"whole number from 1 to {EmbeddedSection.MaxThreads}", "one per core", "How many threads compute."),
            new("memory", $"size from 16MiB to {SizeText.Format(EmbeddedSection.MaxMemory)}", "what the machine has free",
                "What all loaded models may take together, caches included. A model that does not fit is not loaded: its callers get a 503 that names both numbers."),
            new("context", $"whole number from {EmbeddedSection.MinContext} to {EmbeddedSection.MaxContext}",
                $"what the model was made for, at most {EmbeddedPlan.DefaultContext}", "Tokens of one request, its prompt and its answer together."),
            new("queue", "whole number from 0 to 10000", $"`{Defaults.Queue}`", "Requests of one model that may wait for their turn; the next gets a 429."),
            new("unloadAfter", "duration from 1s to 24h", $"`{DurationText.Format(Defaults.UnloadAfter)}`", "How long a model stays loaded that nobody asks."),
            new("offerTuned", "`true` or `false`", "`false`",
                "Whether tuned models are in `/v1/models` and callers may ask for them by name. Else only a target whose `model` names one leads there."),
            UpstreamKeys.Profile("`none`"),
            .. ResilienceShapes.UpstreamKeys,
        ]);
}
