using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Wire.Embeddings;

/// <summary>One text to be embedded: as text, or as token ids of the model.</summary>
public readonly record struct EmbeddingInput(string? Text, IReadOnlyList<int>? Tokens);

/// <summary>A request for embeddings, read for whoever answers it here. Other members are the upstream's to know.</summary>
/// <param name="Inputs">1 to <see cref="MaxInputs"/>.</param>
/// <param name="Dimensions">Null: as many as the model has.</param>
/// <param name="AsBase64">Little-endian 32-bit floats in base64, as OpenAI's own clients ask for, instead of numbers.</param>
public sealed record EmbeddingRequest(IReadOnlyList<EmbeddingInput> Inputs, int? Dimensions, bool AsBase64)
{
    /// <summary>OpenAI's own bound.</summary>
    public const int MaxInputs = 2048;

    private const int MaxDimensions = 1 << 16;

    /// <summary>Null, and why, when a member is not what the API takes.</summary>
    public static EmbeddingRequest? TryRead(JsonElement root, out WireError? error)
    {
        var inputs = new List<EmbeddingInput>();
        error = root.ValueKind != JsonValueKind.Object ? ErrorCodes.InvalidType.Error("The body must be an object.")
            : TextInputs.Read(root, "input", MaxInputs, inputs);
        var (dimensions, asBase64) = ((int?)null, false);
        error ??= ReadDimensions(root, out dimensions) ?? ReadFormat(root, out asBase64);
        return error is null ? new EmbeddingRequest(inputs, dimensions, asBase64) : null;
    }

    private static WireError? ReadDimensions(JsonElement root, out int? dimensions)
    {
        dimensions = null;
        if (!root.TryGetProperty("dimensions"u8, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number) || number is < 1 or > MaxDimensions)
            return ErrorCodes.InvalidType.Error($"'dimensions' must be a whole number from 1 to {MaxDimensions}.", "dimensions");
        dimensions = number;
        return null;
    }

    private static WireError? ReadFormat(JsonElement root, out bool asBase64)
    {
        asBase64 = false;
        if (!root.TryGetProperty("encoding_format"u8, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        asBase64 = value.ValueKind == JsonValueKind.String && value.ValueEquals("base64"u8);
        return asBase64 || (value.ValueKind == JsonValueKind.String && value.ValueEquals("float"u8)) ? null
            : ErrorCodes.InvalidType.Error("'encoding_format' must be \"float\" or \"base64\".", "encoding_format");
    }
}
