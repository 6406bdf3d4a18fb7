using System.Buffers;
using System.Text.Json;

namespace Causeway.Tuning.Client;

/// <summary>A job as the command line asks for it.</summary>
internal sealed record TuneStart
{
    public required string Model { get; init; }
    public required string Training { get; init; }
    public string? Validation { get; init; }
    public string? Suffix { get; init; }
    public int? Seed { get; init; }
    public required string Method { get; init; }
    public Lineage? Repeats { get; init; }
    public IReadOnlyList<(string Name, double Value)> Hyperparameters { get; init; } = [];

    public byte[] Body()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", Model);
            json.WriteString("training_file", Training);
            if (Validation is not null) json.WriteString("validation_file", Validation);
            if (Suffix is not null) json.WriteString("suffix", Suffix);
            if (Seed is { } seed) json.WriteNumber("seed", seed);
            if (Repeats is not null)
            {
                json.WritePropertyName("lineage");
                JsonSerializer.Serialize(json, Repeats, LineageJson.Default.Lineage);
            }
            else WriteMethod(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteMethod(Utf8JsonWriter json)
    {
        json.WriteStartObject("method");
        json.WriteString("type", Method);
        json.WriteStartObject(Method);
        json.WriteStartObject("hyperparameters");
        foreach (var (name, value) in Hyperparameters) json.WriteNumber(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
