namespace Causeway.Wire.Schemas;

/// <summary>The documents a schema may refer to: those given, and the meta-schema of 2020-12. Nothing else exists.</summary>
internal sealed class SchemaDocuments(JsonSchemaOptions options)
{
    private const string MetaPrefix = "https://json-schema.org/draft/2020-12/";

    private readonly Dictionary<string, JsonTree> _loaded = new(StringComparer.Ordinal);

    /// <summary>The document at an address; null when there is none, or it cannot be read (then with a problem).</summary>
    public JsonTree? Load(string address, out string? problem)
    {
        problem = null;
        if (_loaded.TryGetValue(address, out var known)) return known;
        var bytes = options.Documents.TryGetValue(address, out var given) ? given : Meta(address);
        if (bytes.IsEmpty) return null;
        var document = Read(bytes.Span, options, out var trouble);
        if (document is null) problem = trouble;
        else _loaded[address] = document;
        return document;
    }

    public static JsonTree? Read(ReadOnlySpan<byte> bytes, JsonSchemaOptions options, out string problem)
    {
        problem = $"it is longer than {options.MaxSchemaBytes} bytes";
        return bytes.Length > options.MaxSchemaBytes ? null : JsonTreeReader.Read(bytes, out problem);
    }

    private static ReadOnlyMemory<byte> Meta(string address)
    {
        if (!address.StartsWith(MetaPrefix, StringComparison.Ordinal)) return default;
        var name = $"Causeway.Wire.Schemas.Meta.{address[(address.LastIndexOf('/') + 1)..]}.json";
        using var stream = typeof(SchemaDocuments).Assembly.GetManifestResourceStream(name);
        if (stream is null) return default;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
