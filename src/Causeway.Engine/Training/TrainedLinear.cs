using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>y = x Wᵀ + b, and s·B(A x) beside it when an adapter is attached (Hu et al. 2021, arXiv:2106.09685).</summary>
/// <param name="weight">[outputs, inputs]</param>
/// <param name="bias">[1, outputs], or null.</param>
internal sealed class TrainedLinear(Parameter weight, Parameter? bias, Scratch scratch)
{
    public Parameter Weight { get; } = weight;
    public Parameter? Bias { get; } = bias;

    /// <summary>Null: the weight answers alone.</summary>
    public LoraPair? Adapter { get; set; }

    public int Outputs => Weight.Rows;
    public int Inputs => Weight.Columns;

    public IEnumerable<Parameter> Parameters => Bias is null ? [Weight] : [Weight, Bias];

    /// <param name="x">[rows, inputs]</param>
    /// <param name="y">[rows, outputs], overwritten.</param>
    public void Forward(float[] x, float[] y, int rows)
    {
        Gemm.NT(x, Weight.Value, y, rows, Outputs, Inputs);
        for (var row = 0; Bias is not null && row < rows; row++)
            TensorPrimitives.Add(y.AsSpan(row * Outputs, Outputs), Bias.Value, y.AsSpan(row * Outputs, Outputs));
        Adapter?.Forward(x, y, rows, scratch);
    }

    /// <summary>Adds to the gradients of weight, bias, adapter and input.</summary>
    /// <param name="x">[rows, inputs], as in the forward pass.</param>
    /// <param name="dy">[rows, outputs]</param>
    /// <param name="dx">[rows, inputs], added to.</param>
    public void Backward(float[] x, float[] dy, float[] dx, int rows)
    {
        Gemm.AddNN(dy, Weight.Value, dx, rows, Inputs, Outputs);
        if (Weight.Trains) Gemm.AddTN(dy, x, Weight.Gradient, Outputs, Inputs, rows);
        for (var row = 0; Bias is { Trains: true } && row < rows; row++) Bias.AddGradient(0, dy.AsSpan(row * Outputs, Outputs), 1);
        Adapter?.Backward(x, dy, dx, rows, scratch);
    }
}
