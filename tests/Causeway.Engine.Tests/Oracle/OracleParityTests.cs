using Causeway.Engine.Formats;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>
/// The engine against a decoder in double precision, over a prompt longer than a page of the cache and than Gemma's window. The oracle rounds keys
/// and values to F16 as the cache does, so that what is left is the engine's own rounding: of its sums in 32 bits, and of activations to eight bits
/// where weights are quantised.
/// </summary>
public sealed class OracleParityTests : IDisposable
{
    /// <summary>
    /// Nearly all of it is a key or value now and then whose last bit in 32 makes it another number in 16: of a prompt of one token the distance is mostly 2e-7.
    /// </summary>
    private const double Plain = 1e-4;

    /// <summary>Gemma 3 shows here the most layers, each with four norms; the same accident weighs more.</summary>
    private const double PlainGemma = 2e-4;

    private const double EightBits = 5e-2;

    private readonly TinyFolder _folder = new();

    public static TheoryData<TinyArchitecture, TinyType> Folders =>
        new(from architecture in Enum.GetValues<TinyArchitecture>() from type in new[] { TinyType.F32, TinyType.F16, TinyType.BF16 } select (architecture, type));

    public static TheoryData<TinyArchitecture> Architectures => [.. Enum.GetValues<TinyArchitecture>()];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_has_the_oracle_s_logits(TinyArchitecture architecture, TinyType type)
    {
        var model = TinyModel.Create(architecture, seed: 3);
        model.WriteFolder(_folder.Path, type);

        Assert.InRange(Distance(model.AsInFolder(type), _folder.Path), 0, PlainOf(architecture));
    }

    [Theory, MemberData(nameof(Architectures))]
    public void A_GGUF_file_has_the_oracle_s_logits(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture, seed: 4);

        Assert.InRange(Distance(model, model.WriteGguf(_folder.File("m.gguf"))), 0, PlainOf(architecture));
    }

    [Theory]
    [InlineData(TinyType.F16, Plain)]
    [InlineData(TinyType.BF16, Plain)]
    [InlineData(TinyType.Q8_0, EightBits)]
    [InlineData(TinyType.Q4_0, EightBits)]
    [InlineData(TinyType.Q4_K, EightBits)]
    [InlineData(TinyType.Q6_K, EightBits)]
    public void Each_weight_type_of_a_GGUF_file_has_the_oracle_s_logits(TinyType type, double tolerance)
    {
        var model = TinyModel.Create(TinyArchitecture.Qwen3, seed: 5, TinyShape.Of256);

        Assert.InRange(Distance(model.AsInGguf(type), model.WriteGguf(_folder.File("m.gguf"), type)), 0, tolerance);
    }

    [Theory]
    [InlineData(TinyRope.Linear)]
    [InlineData(TinyRope.Llama3)]
    [InlineData(TinyRope.Yarn)]
    public void Each_stretched_rotation_has_the_oracle_s_logits(TinyRope rope)
    {
        var model = TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Rope = rope, TiedHead = false });
        model.WriteFolder(_folder.Path);

        Assert.InRange(Distance(model, _folder.Path), 0, Plain);
    }

    [Theory, MemberData(nameof(Architectures))]
    public void An_adapter_has_the_oracle_s_logits_and_not_the_base_s(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture);
        var adapter = TinyAdapter.Create(model, alpha: 6, rootScale: architecture == TinyArchitecture.Qwen2);
        model.WriteFolder(_folder.Path);
        adapter.WriteFolder(_folder.File("adapter"));

        Assert.InRange(Distance(model, _folder.Path, adapter), 0, PlainOf(architecture));
        Assert.True(Distance(model, _folder.Path, adapter, ofAdapter: false) > 0.05);
    }

    private static double PlainOf(TinyArchitecture architecture) => architecture == TinyArchitecture.Gemma3 ? PlainGemma : Plain;

    private double Distance(TinyModel model, string path, TinyAdapter? adapter = null, bool ofAdapter = true)
    {
        var tokens = Prompt.Of(model, 24);
        using var files = ModelFiles.Open(path);
        using var lora = adapter is null ? null : LoraFiles.Open(_folder.File("adapter"), files.Config);
        return Prompt.Distance(new ScalarOracle(model, ofAdapter ? adapter : null, Prompt.AsF16).Logits(tokens), EngineLogits.Of(files, tokens, lora));
    }
}
