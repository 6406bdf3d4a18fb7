using Causeway.Engine.Tokenizers;

namespace Causeway.Engine.Formats.Writing;

/// <summary>Holds a written file against what it was made of: configuration, tokens, what ends an answer, the template.</summary>
internal static class SameModel
{
    // Letters of several scripts, digits, code, white space, contractions: what the rules of cutting differ in.
    private const string Sample = "Hello, world! 1234567 naïve café — 日本語 русский 😀\n\n\t  def f(x):\n    return x**2;  don't I'LL we'Re a1b22c333  ";

    /// <exception cref="ModelFormatException">The file says something else.</exception>
    public static void Check(ModelFiles model, string path)
    {
        using var written = ModelFiles.Open(path);
        if (Difference(model.Config, written.Config) is { } what) throw Lost(what);
        if (model.ChatTemplate != written.ChatTemplate) throw Lost("its chat template");
        if (model.GenerationDefaults.EndTokens.Except(written.GenerationDefaults.EndTokens).Any()) throw Lost("one of the tokens that end an answer");
        if (model.Tokenizer.Json.IsEmpty) return;
        var (one, other) = (Tokenizer.Create(model.Tokenizer), Tokenizer.Create(written.Tokenizer));
        foreach (var text in new[] { Sample, model.ChatTemplate ?? "" })
            foreach (var specials in new[] { true, false })
                if (!Encode(one, text, specials).SequenceEqual(Encode(other, text, specials))) throw Lost("how its tokenizer cuts a text");
    }

    private static string? Difference(ModelConfig one, ModelConfig other)
    {
        // Compared apart: what is only nearly the same, and what the format keeps in the weights.
        var plain = other with { Layers = one.Layers, AttentionScale = one.AttentionScale, NormWeightOffset = one.NormWeightOffset, NormEpsilon = one.NormEpsilon };
        if (one != plain) return "its sizes or its family";
        if (!Near(one.AttentionScale, other.AttentionScale)) return "the scale of its attention";
        if (!Near(one.NormEpsilon, other.NormEpsilon)) return "the epsilon of its norms";
        for (var i = 0; i < one.Layers.Length; i++)
        {
            var (left, right) = (one.Layers[i], other.Layers[i]);
            if (left.SlidingWindow != right.SlidingWindow) return $"what layer {i} sees";
            if (!SameRope(left.Rope, right.Rope)) return $"how layer {i} rotates";
        }
        return null;
    }

    private static bool SameRope(Rope? one, Rope? other) => (one, other) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => Near(one.Magnitude, other.Magnitude) && one.Frequencies.Zip(other.Frequencies, Near).All(same => same),
    };

    private static bool Near(float one, float other) => Math.Abs(one - other) <= 1e-5f * Math.Abs(one);

    private static List<int> Encode(Tokenizer tokenizer, string text, bool specials)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, specials, tokens);
        return tokens;
    }

    private static ModelFormatException Lost(string what) => new($"A GGUF file cannot say this model: {what} would be lost. Export it as safetensors.");
}
