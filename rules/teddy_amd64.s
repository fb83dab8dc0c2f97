#include "textflag.h"

// func findGramsAVX2(data *byte, n int, masks *[6][32]byte, known *knownGrams) int
TEXT ·findGramsAVX2(SB), NOSPLIT, $0-40
	MOVQ data+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ masks+16(FP), DX
	MOVQ known+24(FP), R12
	VMOVDQU 0(DX), Y0
	VMOVDQU 32(DX), Y1
	VMOVDQU 64(DX), Y2
	VMOVDQU 96(DX), Y3
	VMOVDQU 128(DX), Y4
	VMOVDQU 160(DX), Y5
	MOVL $15, AX
	VMOVD AX, X6
	VPBROADCASTB X6, Y6
	XORQ AX, AX

loop:
	LEAQ 32(AX), BX
	CMPQ BX, CX
	JGT done

	// the groups that go on with the first byte of each place
	VMOVDQU (SI)(AX*1), Y7
	VPAND Y6, Y7, Y8
	VPSRLW $4, Y7, Y7
	VPAND Y6, Y7, Y7
	VPSHUFB Y8, Y0, Y8
	VPSHUFB Y7, Y1, Y7
	VPAND Y7, Y8, Y9

	// the second
	VMOVDQU 1(SI)(AX*1), Y10
	VPAND Y6, Y10, Y11
	VPSRLW $4, Y10, Y10
	VPAND Y6, Y10, Y10
	VPSHUFB Y11, Y2, Y11
	VPSHUFB Y10, Y3, Y10
	VPAND Y10, Y11, Y10

	// the third
	VMOVDQU 2(SI)(AX*1), Y12
	VPAND Y6, Y12, Y13
	VPSRLW $4, Y12, Y12
	VPAND Y6, Y12, Y12
	VPSHUFB Y13, Y4, Y13
	VPSHUFB Y12, Y5, Y12
	VPAND Y12, Y13, Y12

	VPAND Y10, Y9, Y9
	VPAND Y12, Y9, Y9
	VPTEST Y9, Y9
	JNZ hit
	MOVQ BX, AX
	JMP loop

hit:
	VPXOR Y7, Y7, Y7
	VPCMPEQB Y7, Y9, Y9
	VPMOVMSKB Y9, DX
	NOTL DX

	// of the places that pass, the first whose three bytes are known by their hash
place:
	BSFL DX, R8
	ADDQ AX, R8
	MOVWLZX (SI)(R8*1), R10
	MOVBLZX 2(SI)(R8*1), R11
	SHLL $8, R10
	SHLL $24, R11
	ORL R11, R10
	IMUL3L $-1640531535, R10, R10
	SHRL $16, R10
	MOVL R10, R11
	SHRL $5, R11
	MOVL (R12)(R11*4), R11
	BTL R10, R11
	JCS found
	LEAL -1(DX), R8
	ANDL R8, DX
	JNZ place
	MOVQ BX, AX
	JMP loop

found:
	MOVQ R8, AX

done:
	VZEROUPPER
	MOVQ AX, ret+32(FP)
	RET
