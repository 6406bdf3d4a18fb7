using System.Buffers;
using System.Text;
using Causeway.Wire.Models;

namespace Causeway.Wire.Tests.Models;

public sealed class ModelListJsonTests
{
    private static readonly ListedModel s_model = new("gpt-4o", 1_700_000_000, "causeway");

    [Fact]
    public void A_list_of_models_has_openais_shape() => Assert.Equal(
        """{"object":"list","data":[{"id":"gpt-4o","object":"model","created":1700000000,"owned_by":"causeway"}]}""",
        Written(output => ModelListJson.WriteList(output, [s_model])));

    [Fact]
    public void An_empty_list_is_a_list() =>
        Assert.Equal("""{"object":"list","data":[]}""", Written(output => ModelListJson.WriteList(output, [])));

    [Fact]
    public void A_model_has_openais_shape() => Assert.Equal(
        """{"id":"gpt-4o","object":"model","created":1700000000,"owned_by":"causeway"}""",
        Written(output => ModelListJson.WriteModel(output, s_model)));

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
