using System.Globalization;

namespace Causeway.Models;

/// <summary>
/// What a fine-tuning job calls the model it makes, in OpenAI's form: <c>ft:base:causeway:suffix:id</c>, or a checkpoint of it with
/// <c>:ckpt-step-N</c> at the end. In the store it is an adapter of its base.
/// </summary>
/// <param name="Suffix">Empty when the caller gave none.</param>
/// <param name="Id">The end of the job's.</param>
/// <param name="Step">The checkpoint's; null for the model itself.</param>
internal sealed record TunedName(string Base, string Suffix, string Id, int? Step = null)
{
    public const string Organization = "causeway";
    public const int MaxSuffix = 64;
    private const string Prefix = "ft";
    private const string StepPrefix = "ckpt-step-";
    private const int ShownSuffix = 36;

    /// <summary>The adapter's name in the store.</summary>
    public string Adapter => string.Create(CultureInfo.InvariantCulture,
        $"{(Suffix.Length == 0 ? Prefix : Suffix[..Math.Min(Suffix.Length, ShownSuffix)])}-{Id}{(Step is { } step ? $"-step-{step}" : "")}");

    public static TunedName? TryParse(string text)
    {
        var parts = text.Split(':');
        if (parts is not [Prefix, { Length: > 0 } model, Organization, var suffix, { Length: > 0 } id, ..] || parts.Length > 6) return null;
        if (parts.Length == 5) return new TunedName(model, suffix, id);
        return parts[5].StartsWith(StepPrefix, StringComparison.Ordinal)
            && int.TryParse(parts[5].AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? new TunedName(model, suffix, id, step) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Prefix}:{Base}:{Organization}:{Suffix}:{Id}{(Step is { } step ? $":{StepPrefix}{step}" : "")}");
}
