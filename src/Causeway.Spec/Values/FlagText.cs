namespace Causeway.Spec.Values;

/// <summary>On or off, in the words that environments use.</summary>
internal static class FlagText
{
    /// <summary>Null when it is neither.</summary>
    public static bool? Parse(string text) => text.ToLowerInvariant() switch
    {
        "true" or "on" or "1" or "yes" => true,
        "false" or "off" or "0" or "no" => false,
        _ => null,
    };
}
